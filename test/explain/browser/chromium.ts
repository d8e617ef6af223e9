import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium of this machine: `CHROMIUM` names it, or it is on the PATH. */
export function chromiumPath(): string {
  const { CHROMIUM: named, PATH = '' } = process.env;
  const candidates = named
    ? [named]
    : PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  const looked = named ? `CHROMIUM is ${named}, which can not be run` : `none of ${names.join(', ')} is on the PATH`;
  throw new Error(
    `these tests need Chromium: ${looked}. Install it (on Debian: apt-get install chromium), or set CHROMIUM to its path.`,
  );
}

export function openBrowser(): Promise<Browser> {
  // Chromium's sandbox refuses to run as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath(), args });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
