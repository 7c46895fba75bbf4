import OpenAI from 'openai';
import { expectTypeOf } from 'vitest';
import { durable, durableTools, type ToolPolicy } from '../src/index.ts';

const plain = new OpenAI({ apiKey: 'none' });
expectTypeOf(durable(plain, { streamUsage: true })).toEqualTypeOf<OpenAI>();

// @ts-expect-error there is no such option
durable(plain, { retries: 3 });

const { refund } = durableTools({ refund: (dollars: number) => `${dollars} dollars` }, { refund: { effect: 'once' } });
expectTypeOf(refund).toEqualTypeOf<(dollars: number) => Promise<string>>();
// @ts-expect-error there is no tool of this name
durableTools({ refund: () => 1 }, { refnd: { effect: 'once' } });
// @ts-expect-error there is no such effect
durableTools({ refund: () => 1 }, { refund: { effect: 'twice' } });
expectTypeOf<ToolPolicy['effect']>().toEqualTypeOf<'once' | undefined>();
