/** What starts a function: an event that is not of the form is refused, since nobody of ours sends it. */
import type { z } from 'zod';
import { unusual } from './observe.ts';

export type Expected<Event> = {
  readonly schema: z.ZodType<Event>;
  /** The function's name, what it expects, and who sends that. */
  readonly by: 'enumerate' | 'write' | 'measure' | 'sweep' | 'report' | 'doctor';
  readonly form: string;
  readonly from: string;
};

/** Throws for an event of another form, which is told to a person. No part of it is shown (R9). */
export function eventOf<Event>({ schema, by, form, from }: Expected<Event>, event: unknown): Event {
  const read = schema.safeParse(event);
  if (read.success) return read.data;
  const message =
    `${by}: an event that is not ours was refused: expected ${form}, as ${from} sends it. ` +
    'Nothing was done: look at who else may start this function, and take that away';
  unusual(message);
  throw new Error(message);
}
