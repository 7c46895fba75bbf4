// Answers what an execution waits for: node answer.ts <execution> <answer>
import { close, waits } from '@reprise/core';

const [id = 'my-order', answer = 'yes'] = process.argv.slice(2);
for (const { name, question } of await waits.list({ execution: id })) {
  await waits.answer(id, name, answer, { by: 'you' });
  console.log(`${question} ${answer}`);
}
await close();
