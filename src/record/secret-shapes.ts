export interface SecretShape {
  name: string;
  /** Each takes time in proportion to the text: fillers of a megabyte are searched too. */
  shape: RegExp;
  holds?: (found: string) => boolean;
}

/** What a secret looks like, wherever it stands. Filler is lower-case letters only, so that none of these finds it. */
const secretShapes: readonly SecretShape[] = [
  {
    name: 'private key',
    shape: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?:-----[^-]{1,8192}-----END [A-Z ]{0,30}PRIVATE KEY)?/g,
  },
  { name: 'JSON web token', shape: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  { name: 'bearer token', shape: /\b[Bb]earer\s+[\w.~+/=-]*[A-Z0-9_.~+/=][\w.~+/=-]*/g },
  {
    name: 'authorization header',
    shape:
      /\b(?:(?:[Pp]roxy-)?[Aa]uthorization|[Xx]-[Aa]pi-[Kk]ey|[Xx]-[Aa]uth-[Tt]oken)\\?["']?\s*[:=]\s*\\?["']?(?:[A-Za-z]{3,9} +)?(?=[a-z]*[A-Z0-9_.~+/=-])[\w.~+/=-]{6,}/g,
  },
  {
    name: 'cookie',
    shape: /\b(?:[Ss]et-)?[Cc]ookie\\?["']?\s*[:=]\s*\\?["']?(?=[a-z=; ]{0,256}[A-Z0-9_.~+/-])[\w.~+/%;= -]{6,}/g,
  },
  { name: 'API key', shape: /\bsk-[\w-]{16,}/g },
  { name: 'GitHub token', shape: /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,})/g },
  { name: 'GitLab token', shape: /\bglpat-[\w-]{16,}/g },
  { name: 'Slack token', shape: /\bxox[a-z]-[\w-]{10,}/g },
  { name: 'AWS key', shape: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'Google key', shape: /\bAIza[\w-]{30,}/g },
  { name: 'password in an address', shape: /:\/\/[^\s/:@"]*:[^\s/@"]+@/g },
  {
    name: 'named secret',
    shape:
      /\b\w*(?:password|passwd|secret|token|api_?key)\w*\\?["']?\s*[=]\s*\\?["']?[^\s"'\\,;&]*[A-Z0-9][^\s"'\\,;&]{5,}/gi,
  },
  {
    name: 'password',
    shape:
      /\b(?:password|passwd|api_?key|access_?key|client_?secret|private_?token)\\?["']?\s*:\s*\\?["']?[^\s"'\\,;&]{0,256}[A-Z0-9][^\s"'\\,;&]{5,}/gi,
  },
  {
    name: 'secret of a command line',
    shape: /(?<=\s|^)--(?:token|password|api-key|secret)[ =][^\s"'\\]{0,256}[A-Z0-9][^\s"'\\]*/g,
  },
  { name: 'random text', shape: /(?<![\w+/-])[\w+/-]{32,}={0,2}/g, holds: isRandom },
];

/** Capitals, small letters and several digits: neither a name of Kubernetes nor a hash in hex is written so. */
function isRandom(text: string): boolean {
  // Of a path what no program makes up: base64 has slashes too, but no names between them.
  if (text.includes('/')) return isRandomWord(text.split('/').filter(isNoName).join(''));
  return isRandomWord(text);
}

function isNoName(segment: string): boolean {
  return !/^(?:[A-Za-z]*\d*|[a-z\d]+(?:[._-]+[a-z\d]+)*)$/.test(segment);
}

function isRandomWord(text: string): boolean {
  if (/^(?:msg|toolu|req|srvtoolu)_/.test(text)) return false;
  // With ids taken out of names such as `job-<uuid>`.
  if (text.replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '').length < 24) return false;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && text.replaceAll(/\D/g, '').length >= 4;
}

/** Each text once, by the first shape that it has. */
export function secretsIn(text: string): { name: string; found: string; index: number }[] {
  const all = secretShapes.flatMap(({ name, shape, holds = always }) =>
    [...text.matchAll(shape)].filter(([found]) => holds(found)).map(({ 0: found, index }) => ({ name, found, index })),
  );
  const taken = new Uint8Array(all.length === 0 ? 0 : text.length);
  return all.filter(({ found, index }) => {
    const place = taken.subarray(index, index + found.length);
    const isNew = !place.includes(1);
    place.fill(1);
    return isNew;
  });
}

/** Only the text that looks like a secret is given to `replace`. */
export function replaceSecrets(text: string, replace: (found: string) => string): string {
  return secretShapes.reduce(
    (left, { shape, holds = always }) => left.replaceAll(shape, (found) => (holds(found) ? replace(found) : found)),
    text,
  );
}

function always(): boolean {
  return true;
}
