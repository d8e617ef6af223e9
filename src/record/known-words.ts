import { turnBytes } from './json-bytes.ts';

/**
 * The words by which plain text tells of a failure, as Claude Code, a shell, the container runtime and the API write them.
 * Of a plain line only these stay, with numbers of at most three digits, ids in the form of a UUID and the signs between
 * words. Whatever else it says becomes filler.
 */
const words = `
a access an and id long api argument arguments as at authentication_error authentication authorization available balance bad be been
billing billing_error bus by can cannot cgroup claude claude-code client code command configuration config connect connection
container context conversation core corrupt corrupted could create created credentials credit credits daemon deadline denied
device did directory does dumped econnrefused econnreset enoent enospc eacces enomem enotfound error errors etimedout exceeded
exec executable executed exit exited expired external extra failed failure fatal file fix for format found from gateway
forbidden generated has have heap hit hour if image in input internal internal_server_error invalid invalid_request_error is
it its javascript json key kill killed left length limit login loading low max maximum memory message missing mkdir mode model
module mount name network no node non not not_found_error not_found nothing number object oci of on only oom opus option or
organization out output overloaded overloaded_error panic path permission permission_error permissions please port possible
process prompt proxy quota rate rate_limit_error read read-only reached refused rejected request required reset response
resume retry revoked run running runc runtime segmentation sending server service session sessions set signal signals since
sonnet space specified start started starting state status stdin stderr stdout stop stopped stream such supported system task
temporary temporarily terminated the time timed timeout times to token too turns type unable unauthorized unavailable unexpected
unknown unrecognized_model unsupported upgrade usage use user using value valid version volume was weekly when while with
without write you your 5-hour Back-off pulling pull containerd shim query_source sdk
ImagePullBackOff ErrImagePull CrashLoopBackOff sh bash init entrypoint`;

const known = new Set(words.split(/\s+/).map((word) => word.toLowerCase()));
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** `text` is bytes as latin1; what comes back is as long. */
export function keepKnownWords(text: string, fill: (raw: string) => string): string {
  return text.replaceAll(/[\w\x80-\xff-]+/g, (word) => (isKnown(word) ? word : fill(word)));
}

/** The same for a text that may be long. */
export async function keepKnownWordsInTurns(
  text: string,
  fill: (raw: string) => string,
  turn: () => Promise<void>,
): Promise<string> {
  const done: string[] = [];
  for (let from = 0; from < text.length; ) {
    const gap = text.slice(from + turnBytes).search(/[^\w\x80-\xff-]/);
    const to = gap < 0 ? text.length : from + turnBytes + gap;
    done.push(keepKnownWords(text.slice(from, to), fill));
    from = to;
    if (from < text.length) await turn();
  }
  return done.join('');
}

function isKnown(word: string): boolean {
  return /^\d{1,3}$/.test(word) || uuid.test(word) || known.has(word.toLowerCase().replace(/^-+/, ''));
}
