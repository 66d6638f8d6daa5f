/** Request bodies: JSON with every digit of its numbers, and readers that refuse as the Data API does. */
import { LosslessNumber, parse } from 'lossless-json';
import { FileMakerFailure } from '../failure.ts';

/** Numbers stand as their text. */
export type Json = string | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** A number long enough to lose digits as a double, or something in a string that looks like it. */
const longNumber = /[:,[]\s*-?[\d.eE+-]{16,}/;

/** Throws 1710 where the text is no JSON object. */
export function parseBody(text: string): JsonObject {
  const parsed = parsedJson(text);
  if (!isObject(parsed)) throw new FileMakerFailure('1710');
  return parsed;
}

function parsedJson(text: string): Json {
  try {
    if (longNumber.test(text)) return plain(parse(text, undefined, (digits) => new LosslessNumber(digits)));
    return plain(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new FileMakerFailure('1710');
    throw cause;
  }
}

function plain(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return String(value);
  if (value instanceof LosslessNumber) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') throw new FileMakerFailure('1710');
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) copy[key] = plain(member);
  return copy;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Throws 1708 for null, booleans and nested values. */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new FileMakerFailure('1708');
  return value;
}

/** Throws 958 where it is missing, 1708 where it is something else. */
export function objectAt(body: JsonObject, key: string): JsonObject {
  const value = body[key];
  if (value === undefined) throw new FileMakerFailure('958', `Parameter missing: ${key}`);
  if (!isObject(value)) throw new FileMakerFailure('1708');
  return value;
}

/** Throws 960 for a key that the call does not know. */
export function onlyKeys(body: JsonObject, known: ReadonlySet<string>): void {
  const unknown = Object.keys(body).filter((key) => !known.has(key) && !/^(offset|limit)\./.test(key));
  if (unknown.length > 0) throw new FileMakerFailure('960', `Unknown parameter(s): ${unknown.join(', ')}`);
}
