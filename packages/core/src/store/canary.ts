/**
 * A key whose value is known. A store that answers "absent" for it, or leaves it out of a listing,
 * is not answering the truth about the other keys either.
 */
export const CANARY_KEY = 'reprise/canary';
export const CANARY_VALUE = 'reprise canary 1';
