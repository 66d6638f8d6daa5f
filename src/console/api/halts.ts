/** Tables that are neither read nor written on a server until a person has answered: `serversync halts`. */

export type HaltsAnswer = { readonly halts: readonly Halt[] };

/** `examples`: keys of some records that it is about; may be empty. */
export type HaltAnswer = { readonly halt: Halt; readonly examples: readonly string[] };

export type Halt = {
  readonly id: string;
  readonly table: string;
  readonly server: string;
  readonly why: string;
  /** What was seen, in one sentence without a full stop. */
  readonly words: string;
  /** What it means, and what ends it without an answer: lines to be shown as they stand. */
  readonly more: readonly string[];
  /** When it was seen; absent of a first meeting. */
  readonly since?: number;
  /** By names that depend on `why`. */
  readonly figures: Readonly<Record<string, number>>;
  /** The answers that make sense here; empty where only mending it helps. */
  readonly ways: readonly Way[];
  /** It was answered so, and that is not carried out yet: no other answer is taken. */
  readonly answered?: AnswerKind;
};

export type AnswerKind = 'approve' | 'put-back' | 'dismiss';

export type Way = {
  readonly answer: AnswerKind;
  /** When it is the right one: a clause that begins with If. */
  readonly when: string;
  /** The command, as it is typed. */
  readonly command: string;
};

/** It counts for exactly what was shown: where the halt is another one by now, it is refused. */
export type AnswerBody = { readonly id: string; readonly answer: AnswerKind };
