import { expect, test } from 'vitest';
import { type OptionKey, optionKeys } from '../../src/config/options.ts';
import { parseConfig } from '../../src/config/parse.ts';

const whole = 'expected a whole number from 0 to 2147483647';
const positive = 'expected a whole number from 1 to 2147483647';
const flag = 'expected true or false';
const word = 'expected one word without blanks';
const dnsName =
  'expected a DNS name: at most 253 of a-z, 0-9, - and ., with a letter or digit at both ends of each part';
const dnsLabel = 'expected a DNS label: at most 63 of a-z, 0-9 and -, with a letter or digit at both ends';
const image = 'expected an image reference such as registry.example/team/claude:1.2';
const pairs = 'expected an object of texts, its JSON text, or key=value lines';
const cpu = 'expected a Kubernetes quantity such as 500m or 2';
const memory = 'expected a Kubernetes quantity such as 512Mi or 8Gi';
const nul = 'contains a NUL character, which no argument and no environment variable can hold';
const labelValue = 'is no label value: at most 63 letters, digits, -, _ and ., with a letter or digit at both ends';
const secret = `sk-ant-${'x'.repeat(40)}`;

/** For each key, values that cannot be and what is said of them. */
const bad: Record<OptionKey, readonly (readonly [raw: unknown, error: string])[]> = {
  model: [
    [7, `${word}, got the number 7`],
    ['two words', `${word}, got the text "two words"`],
    ['a\0', nul],
  ],
  effort: [[['high'], `${word}, got a list of 1`]],
  maxTurnsPerRun: [['ten', 'expected a whole number from 0 to 1000000, got the text "ten"']],
  dangerouslySkipPermissions: [
    ['yes', `${flag}, got the text "yes"`],
    [1, `${flag}, got the number 1`],
  ],
  instructionsFilePath: [[{ path: 'x' }, 'expected a file path, got an object with the key path']],
  promptTemplate: [
    [5, 'expected text, got a number'],
    ['a\0b', nul],
  ],
  bootstrapPromptTemplate: [[[], 'expected text, got a list of 0']],
  extraArgs: [
    ["--a 'b", 'has a quote that is never closed'],
    [[{ a: 1 }], 'expected a list of texts, or one text, got a list of 1'],
    [['a\0'], nul],
  ],
  env: [
    [secret, `${pairs}, got text of 47 characters`],
    [{ A: { type: 'secret', value: secret } }, 'A must be text, not an object'],
    [{ '1A': secret }, '"1A" is no name of an environment variable: letters, digits, _, - and ., no digit first'],
    [{ A: `${secret}\0` }, `A ${nul}`],
    [7, `${pairs}, got a number`],
  ],
  cwd: [['work', 'expected an absolute path, starting with /, got the text "work"']],
  claudeConfigDir: [['own', 'expected one of shared, agent, got the text "own"']],
  enableRtk: [['on', `${flag}, got the text "on"`]],
  rtkMaxOutputBytes: [[0, 'expected a whole number from 1 to 1073741824, got the number 0']],
  namespace: [
    ['My_Space', `${dnsLabel}, got the text "My_Space"`],
    ['a.b', `${dnsLabel}, got the text "a.b"`],
    ['a'.repeat(64), `${dnsLabel}, got text of 64 characters`],
  ],
  image: [
    ['registry.example/Upper', `${image}, got the text "registry.example/Upper"`],
    ['a b', `${image}, got the text "a b"`],
    ['repo:', `${image}, got the text "repo:"`],
  ],
  imagePullPolicy: [['always', 'expected one of IfNotPresent, Always, Never, got the text "always"']],
  initImage: [[true, `${image}, got the boolean true`]],
  kubeconfig: [['a\nb', 'expected a file path, got text of 3 characters']],
  serviceAccountName: [['-x', `${dnsName}, got the text "-x"`]],
  priorityClassName: [['High', `${dnsName}, got the text "High"`]],
  'resources.requests.cpu': [
    ['lots', `${cpu}, got the text "lots"`],
    ['100u', `${cpu}, at least 1m (a thousandth of a CPU), got the text "100u"`],
    ['5', 'expected at most resources.limits.cpu (4000m), got 5'],
  ],
  'resources.requests.memory': [
    ['2GB', `${memory}, got the text "2GB"`],
    ['9000Mi', 'expected at most resources.limits.memory (8Gi), got 9000Mi'],
    ['9Gi', 'expected at most resources.limits.memory (8Gi), got 9Gi'],
  ],
  'resources.limits.cpu': [[-1, `${cpu}, at least 1m (a thousandth of a CPU), got the number -1`]],
  'resources.limits.memory': [['100m', `${memory}, at least 1 byte, got the text "100m"`]],
  nodeSelector: [
    [{ a: 'b c' }, `the value of a ${labelValue}`],
    ['nonsense', `${pairs}, got text of 8 characters`],
  ],
  tolerations: [
    ['{', 'expected a list of tolerations, or its JSON text, got text of 1 characters'],
    [[{ operator: 'Is' }], '[0].operator is not right: Invalid option: expected one of "Exists"|"Equal"'],
    [[{ keys: 'x' }], '[0] is not right: Unrecognized key: "keys"'],
  ],
  labels: [
    [{ 'a/b/c': 'x' }, '"a/b/c" is no label name'],
    [{ team: 'x'.repeat(64) }, `the value of team ${labelValue}`],
  ],
  podAnnotations: [[{ 'a b': 'x' }, '"a b" is no annotation name']],
  protectFromDisruption: [[{}, `${flag}, got an empty object`]],
  timeoutSec: [
    [1.5, `${whole}, got the number 1.5`],
    ['1h', `${whole}, got the text "1h"`],
  ],
  graceSec: [[-1, `${whole}, got the number -1`]],
  scheduleTimeoutSec: [[0, `${positive}, got the number 0`]],
  logGraceSec: [[true, `${whole}, got the boolean true`]],
  exitAfterResultSec: [['0', `${positive}, got the text "0"`]],
  stallTimeoutSec: [[Number.NaN, `${whole}, got the number NaN`]],
  ttlSecondsAfterFinished: [[2 ** 31, `${whole}, got the number 2147483648`]],
  retainJobs: [['maybe', `${flag}, got the text "maybe"`]],
  reattachOrphanedJobs: [[0, `${flag}, got the number 0`]],
  continueAfterAdoption: [[[], `${flag}, got a list of 0`]],
  recordIncidents: [['some', 'expected one of failures, all, off, got the text "some"']],
  incidentDir: [[3, 'expected a file path, got the number 3']],
  'telemetry.claudeCode': [['1', `${flag}, got the text "1"`]],
};

const rows = optionKeys.flatMap((key) => bad[key].map(([raw, error]) => ({ key, raw, error })));

test.each(rows)('$key: $error', ({ key, raw, error }) => {
  const parsed = parseConfig({ [key]: raw }, { unknown: 'error' });
  expect(parsed).toEqual({ ok: false, errors: [`${key}: ${error}`] });
});

test('no secret is repeated, wherever it was put', () => {
  for (const key of optionKeys) {
    for (const raw of [secret, [secret], { [key]: { inner: secret } }, `A${'\0'}=${secret}`]) {
      const parsed = parseConfig({ [key]: raw }, { unknown: 'error' });
      const texts = parsed.ok ? parsed.warnings : parsed.errors;
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
  }
});

test.each([
  ['a list', [], 'configuration: expected an object of keys, got a list of 0'],
  ['a text', 'x', 'configuration: expected an object of keys, got text of 1 characters'],
  ['a root that is no object', { resources: 5 }, 'resources: expected an object of keys, got a number'],
])('%s is no configuration', (_name, input, error) => {
  expect(parseConfig(input, { unknown: 'warn' })).toEqual({ ok: false, errors: [error] });
});
