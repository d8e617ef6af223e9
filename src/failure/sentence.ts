import type { ApiFault } from '../run/answer.ts';
import type { Evidence } from '../run/evidence.ts';
import type { Condition, Terminated } from '../run/snapshot.ts';
import { exitCodeOf, provenEnd, signalOf } from './ending.ts';
import { isProtocol, oneLine, quote } from './quote.ts';

/** What is known of the container's end: exit code, signal, reason and the kubelet's words, or which kind of not knowing it is. */
export function containerSentence(evidence: Evidence): string {
  const { container, pod, apiFault } = evidence;
  switch (container.known) {
    case 'terminated':
      return container.guess ? guessSentence(container) : endSentence(evidence, container);
    case 'lagging':
      return `The pod is ${pod?.phase ?? 'ended'}, but its status does not show the container's end yet (lagging)`;
    case 'running':
      return 'The container was still running when it was last seen (running)';
    case 'gone':
      return `The pod is gone${evidence.podGone === undefined ? '' : ` (${evidence.podGone})`} and the end of its container was not seen (gone)`;
    case 'unreachable':
      return `The ${apiFault === undefined ? 'node' : 'Kubernetes API'} does not answer for the container (unreachable): the process may still run, and nothing was deleted by force`;
    case 'never_started':
      return 'The container is not known to have started';
  }
}

function guessSentence(end: Terminated): string {
  return `The kubelet lost sight of the container and only guesses its end (${end.reason ?? 'no finishedAt'}): exit code ${end.exitCode} proves nothing`;
}

function endSentence(evidence: Evidence, end: Terminated): string {
  const code = exitCodeOf(evidence);
  const signal = signalOf(code);
  const exit =
    code === null ? 'was refused by the runtime' : `ended with exit code ${code}${signal ? ` (${signal})` : ''}`;
  const words = kubeletWords(evidence);
  return [
    `The container ${exit}`,
    end.reason === undefined ? undefined : `reason ${end.reason}`,
    words === undefined ? undefined : `message ${words}`,
    evidence.container.known === 'terminated' && evidence.container.from === 'lastState'
      ? 'seen in lastState'
      : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/**
 * `terminated.message`, quoted, unless it is log: under FallbackToLogsOnError the kubelet puts the last 2 KiB of output
 * there, from the middle of a line on.
 */
function kubeletWords(evidence: Evidence): string | undefined {
  const message = provenEnd(evidence.container)?.message;
  if (message === undefined) return undefined;
  const lines = message.split(/\r?\n/).filter((line) => line.trim() !== '');
  const { plainText, firstPlainText, lastText } = evidence.transcript;
  const printed = [...plainText, firstPlainText, lastText].filter((line) => line !== undefined).map(oneLine);
  const isLog = lines.some(
    (line) => isProtocol(line) || printed.some((one) => one !== '' && one.endsWith(oneLine(line))),
  );
  return isLog ? undefined : quote(message);
}

/** Pod and node with the pod's own reason and its disruption condition. */
export function podSentence({ pod, node, nodeSeenNotReady, job, stop }: Evidence): string | undefined {
  if (pod === undefined) return undefined;
  const condition = pod.conditions.find((one) => one.type === 'DisruptionTarget' && one.status === 'True');
  const message = quote(pod.message);
  const unready = nodeSeenNotReady || (node !== undefined && node.ready !== 'True');
  return [
    `Pod ${pod.name} on ${pod.nodeName === undefined ? 'no node' : `node ${pod.nodeName}${unready ? ' (seen NotReady)' : ''}`}`,
    pod.reason === undefined ? undefined : `pod reason ${pod.reason}${message === undefined ? '' : ` ${message}`}`,
    condition === undefined ? undefined : `condition DisruptionTarget ${conditionText(condition)}`,
    pod.deletionAt === undefined || stop !== undefined ? undefined : 'the pod was being deleted',
    job?.suspended === true ? 'the Job was suspended by somebody else' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

export function conditionText({ reason, message }: Condition): string {
  const words = quote(message);
  return `${reason ?? 'without reason'}${words === undefined ? '' : ` ${words}`}`;
}

/** The first line that was not protocol: what a process says before it dies. */
export function plainTextSentence({ transcript }: Evidence): string | undefined {
  const line = [transcript.firstPlainText, ...transcript.plainText].find(
    (text) => text !== undefined && text.trim() !== '' && !isProtocol(text),
  );
  const quoted = quote(line);
  return quoted === undefined ? undefined : `It printed ${quoted}`;
}

export function faultText(fault: ApiFault): string {
  const status = [fault.status, fault.reason].filter((part) => part !== undefined).join(' ');
  const words = quote(fault.message) ?? 'no message';
  return `${fault.call}: ${status === '' ? fault.kind : status} ${words}`;
}

/** `12 s before`, or that there was none. */
export function ago(at: number | undefined, now: number): string {
  return at === undefined ? 'never' : `${seconds(now - at)} s before`;
}

export function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
