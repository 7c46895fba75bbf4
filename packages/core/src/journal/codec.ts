/**
 * Values as JSON text, faithfully: what JSON has no word for is written as `{"$": kind, "v": …}`.
 * What cannot come back as it was is refused, with the path of the offending part.
 */

export { decode, type ListReader } from './codec/decode.ts';
export { encode, formatPath, type ListWriter } from './codec/encode.ts';
