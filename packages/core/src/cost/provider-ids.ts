// What SDKs and OpenTelemetry call providers, where that is not what the price list calls them.
const ALIASES: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws',
  'aws.bedrock': 'aws',
  'azure-openai': 'azure',
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  bedrock: 'aws',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'google',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  moonshot_ai: 'moonshotai',
  togetherai: 'together',
  vertex: 'google',
  x_ai: 'x-ai',
  xai: 'x-ai',
};

/** Those who pass requests on to a provider that the model's name begins with. */
const GATEWAYS = new Set(['gateway', 'vercel']);

/** A provider by the price list's name for it: `azure.chat` is `azure`, `x_ai` is `x-ai`. */
export function canonicalProvider(provider: string): string {
  const name = provider.toLowerCase();
  const known = ALIASES[name];
  if (known) return known;
  // The address of a server is nobody's name.
  if (name.includes('://')) return name;
  const [first = name] = name.split('.');
  return ALIASES[first] ?? first;
}

/** Who is to be looked up: behind a gateway, the provider that the model's name begins with. */
export function whoAnswered(
  provider: string | undefined,
  model: string,
): { readonly provider: string | undefined; readonly model: string } {
  const canonical = provider === undefined ? undefined : canonicalProvider(provider);
  const slash = model.indexOf('/');
  if (slash > 0 && (canonical === undefined || GATEWAYS.has(canonical))) {
    return { provider: canonicalProvider(model.slice(0, slash)), model: model.slice(slash + 1) };
  }
  return { provider: canonical, model };
}
