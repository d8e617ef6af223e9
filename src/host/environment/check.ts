/** One thing that was looked at, as the host's form shows it and `claude-k8s doctor` prints it. */
export interface Check {
  code: string;
  level: 'info' | 'warn' | 'error';
  message: string;
  hint?: string;
}
