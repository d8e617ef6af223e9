import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** Writes who made what was built in, and under which terms: most licences ask for that. */
export function notices(file: string): Plugin {
  return {
    name: 'notices',
    writeBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
      const packages = new Set(modules.flatMap((id) => packageOf(id) ?? []));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        file,
        [...packages]
          .sort()
          .map(noticeOf)
          .join(`\n${'-'.repeat(80)}\n\n`),
      );
    },
  };
}

/** The folder of the package that a module is of; undefined for one of our own. */
function packageOf(id: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
}

/** @throws Error when a package says nothing about its terms */
function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name}: package.json: license: expected a name, came ${license}`);
  const texts = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice)/i.test(entry));
  return [`${name} ${version} (${license})\n`, ...texts.map((text) => readFileSync(join(folder, text), 'utf8'))].join(
    '\n',
  );
}
