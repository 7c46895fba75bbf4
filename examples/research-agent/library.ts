// The library that the sub-agents search: a few passages, found by the words that they share with a query.

export interface Passage {
  id: number;
  text: string;
}

const PASSAGES: readonly string[] = [
  'Sea otters eat about a quarter of their weight every day, most of it sea urchins, crabs, mussels and clams.',
  'Sea otters have no layer of blubber: they keep warm with the densest fur of any animal and a fast metabolism.',
  'Sea otters open shells with a stone, which they carry in a fold of skin under the arm.',
  'Where the otters are gone, sea urchins multiply and graze the kelp down to bare rock, an urchin barren.',
  'A kelp forest shelters fish, crabs and snails, and it breaks the force of the waves before they reach the shore.',
  'Where otters came back, kelp came back within years, and with it the carbon that a kelp forest stores.',
  'The fur trade hunted sea otters from 1741 until 1911 and left perhaps two thousand of several hundred thousand.',
  'After a treaty had ended the hunt in 1911, sea otters were brought back by ship to coasts that had lost them.',
  'Sea otters wrap themselves in kelp before they sleep, so that they do not drift out to sea.',
];

/** The two passages that have the most words in common with the query. */
export function findPassages(query: string): Passage[] {
  const wanted = wordsOf(query);
  return PASSAGES.map((text, index) => ({ id: index + 1, text, score: shared(wordsOf(text), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, 2)
    .map(({ id, text }) => ({ id, text }));
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[a-z]{3,}/g));
}

function shared(words: Set<string>, wanted: Set<string>): number {
  return [...words].filter((word) => wanted.has(word)).length;
}
