import { devNull } from 'node:os';
import type { Player } from '../one.ts';
import type { ForeignAdapter } from './host-run.ts';
import { playForeign } from './play.ts';

/** What the host imports of a package. */
export interface AdapterPackage {
  createServerAdapter(): unknown;
}

export function isAdapterPackage(module: unknown): module is AdapterPackage {
  return typeof Object(module).createServerAdapter === 'function';
}

/**
 * An adapter of the host that knows nothing of replay. It is told to stop by SIGTERM, as in a host that ends, and the process
 * lives on to hear what it says.
 * @throws Error when the package makes no adapter
 */
export function foreignPlayer(entry: string, module: AdapterPackage, speed: number): Player {
  process.on('SIGTERM', () => {});
  // What it looks for before a run is there in no cluster but the recorded one.
  process.env.KUBECONFIG = devNull;
  const adapter = module.createServerAdapter();
  if (!isAdapter(adapter)) throw new Error(`${entry}: what createServerAdapter() returns has no execute()`);
  const name = typeof adapter.type === 'string' ? adapter.type : entry;
  return ({ history, own }) => playForeign({ adapter, name, speed, history, own });
}

function isAdapter(value: unknown): value is ForeignAdapter {
  return typeof Object(value).execute === 'function';
}
