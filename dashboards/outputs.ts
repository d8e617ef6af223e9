import { boardFiles } from './boards/boards.ts';
import type { Output } from './output.ts';
import { ruleFiles } from './rules/files.ts';

/** Everything that is made, by maker: boards, and whatever else joins the list. */
const makers: readonly (() => readonly Output[])[] = [boardFiles, ruleFiles];

/** Every file that is made, each path once. @throws Error when two makers claim one path */
export function outputs(): readonly Output[] {
  const made = makers.flatMap((make) => make());
  const paths = made.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new Error(`dashboards/${twice}: made twice`);
  return made;
}
