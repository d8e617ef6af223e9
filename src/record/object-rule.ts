import type { Rule } from './json-bytes.ts';
import { each, having, type Rules } from './rules.ts';

const ownAnnotations =
  /^(paperclip\.io|batch\.kubernetes\.io|kueue\.x-k8s\.io|karpenter\.sh|cluster-autoscaler\.kubernetes\.io)\//;
/** Of a command line: our own words and the names of flags. Their values may be anything. */
const ownArgument =
  /^(sh|-c|-|claude|stream-json|--[a-z-]+|exec claude \\"\$+@\\" < [\w/]+|set -e; [\w\s$"\\%><;/.-]+)$/;

/**
 * A Kubernetes object, a list, a watch event or a patch. Filled are: values of `env`, the data of Secrets, attributes of volumes, annotations that
 * are not ours, arguments that are not ours, values of HTTP headers, and what a container printed last. The rest stays.
 */
export function objectRule(rules: Rules): Rule {
  const { keep, fill, opaque, words } = rules;
  const values = { ...fill, name: keep.name };
  const env = each(
    keep,
    having(keep, (name) => (name === 'value' ? fill : undefined)),
  );
  const argument: Rule = { ...fill, text: (raw) => (ownArgument.test(raw) ? keep.text(raw) : fill.text(raw)) };
  const annotations: Rule = { ...values, member: (name) => (ownAnnotations.test(name) ? keep : fill) };
  // With FallbackToLogsOnError this is the end of the log.
  const terminated = having(keep, (name) => (name === 'message' ? words : undefined));
  const members: Readonly<Record<string, Rule>> = {
    env,
    httpHeaders: env,
    data: values,
    stringData: values,
    binaryData: values,
    // A driver may take a password here.
    volumeAttributes: values,
    annotations,
    'kubectl.kubernetes.io/last-applied-configuration': opaque,
    command: each(fill, argument),
    args: each(fill, argument),
    terminated,
  };
  return having(keep, (name) => (Object.hasOwn(members, name) ? members[name] : undefined));
}
