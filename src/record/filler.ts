import { createHmac, randomBytes } from 'node:crypto';

/** Texts of the same length for texts that may not be shown: equal ones stay equal, different ones differ. */
export interface Filler {
  /** As many lower-case letters as the text has bytes. `raw` is bytes as latin1. */
  fill(raw: string): string;
}

/** The key is of one bundle and kept nowhere: without it nobody can try whether a guess is the text behind a filler. */
export function createFiller(key: Buffer = randomBytes(32)): Filler {
  return {
    fill(raw) {
      if (raw === '') return '';
      const digest = createHmac('sha256', key).update(raw, 'latin1').digest();
      let letters = '';
      for (const byte of digest) letters += String.fromCharCode(97 + (byte % 26));
      return letters.repeat(Math.ceil(raw.length / letters.length)).slice(0, raw.length);
    },
  };
}

/** So that JSON stays valid: no digit becomes a leading zero. */
export function fillNumber(raw: string): string {
  return raw.replaceAll(/\d/g, '1');
}
