/** Hosts that speak OpenAI's protocol, and whose they are, in the words of the price list. */
const HOSTS: Readonly<Record<string, string>> = {
  'ai-gateway.vercel.sh': 'vercel',
  'anthropic.com': 'anthropic',
  'azure-api.net': 'azure',
  'bigmodel.cn': 'zai',
  'cerebras.ai': 'cerebras',
  'cognitiveservices.azure.com': 'azure',
  'deepseek.com': 'deepseek',
  'fireworks.ai': 'fireworks',
  'groq.com': 'groq',
  'googleapis.com': 'google',
  'mistral.ai': 'mistral',
  'moonshot.ai': 'moonshotai',
  'moonshot.cn': 'moonshotai',
  'novita.ai': 'novita',
  'openai.azure.com': 'azure',
  'openai.com': 'openai',
  'openrouter.ai': 'openrouter',
  'perplexity.ai': 'perplexity',
  'services.ai.azure.com': 'azure',
  'together.xyz': 'together',
  'x.ai': 'x-ai',
  'z.ai': 'zai',
};

/** Who answers there; of a host that is nobody's, its address. */
export function providerOf({ hostname, origin }: URL): string {
  for (let name = hostname; name !== ''; name = name.split('.').slice(1).join('.')) {
    const known = HOSTS[name];
    if (known) return known;
  }
  return origin;
}
