import type { RunPlan } from '../manifest/plan.ts';
import type { BillingType } from './adapter-result.ts';

export interface Billing {
  provider: string;
  biller: string;
  billingType: BillingType;
}

/** Who is paid for the tokens, by the variables that the pod gets. A login on the shared volume is a subscription. */
export function billingOf(plan: Pick<RunPlan, 'config' | 'inherited'> | undefined): Billing {
  const own = plan?.config.env ?? {};
  const inherited = plan?.inherited?.env ?? [];
  const has = (name: string) =>
    name in own
      ? own[name] !== ''
      : inherited.some((one) => one.name === name && (one.valueFrom !== undefined || one.value));
  const on = (name: string) => {
    const value = own[name] ?? inherited.find((one) => one.name === name)?.value;
    return value === '1' || value?.toLowerCase() === 'true';
  };
  if (on('CLAUDE_CODE_USE_BEDROCK'))
    return { provider: 'anthropic', biller: 'aws_bedrock', billingType: 'metered_api' };
  if (on('CLAUDE_CODE_USE_VERTEX'))
    return { provider: 'anthropic', biller: 'google_vertex', billingType: 'metered_api' };
  const key = has('ANTHROPIC_API_KEY') || has('ANTHROPIC_AUTH_TOKEN');
  // The names that envFrom brings are not known here.
  const unsure = (plan?.inherited?.envFrom.length ?? 0) > 0 && !has('CLAUDE_CODE_OAUTH_TOKEN');
  const billingType = key ? 'api' : unsure || plan === undefined ? 'unknown' : 'subscription';
  return { provider: 'anthropic', biller: 'anthropic', billingType };
}
