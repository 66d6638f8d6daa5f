/** What `serversync init` asks of a person, with the prompts of Inquirer; or of nobody, then options and proposals have to do. */
import { Refused } from '../refused.ts';
import { Stopped } from '../stop-signal.ts';

export type Choice<Value> = { readonly name: string; readonly value: Value; readonly isChecked?: boolean };

/** `instead`: the option, or the variable, that answers without a question. */
export type Question = { readonly message: string; readonly instead: string };

export interface Questions {
  /** `check`: what is wrong with an answer; undefined where nothing is. */
  text(
    question: Question & {
      readonly initial?: string;
      readonly check?: (text: string) => string | undefined;
    },
  ): Promise<string>;
  secret(question: Question): Promise<string>;
  /** Without anybody to ask, `initial`. */
  yes(question: { readonly message: string; readonly initial: boolean }): Promise<boolean>;
  /** Without anybody to ask, the first. */
  one<Value>(question: {
    readonly message: string;
    readonly choices: readonly Choice<Value>[];
  }): Promise<Value>;
  /** Without anybody to ask, those that are checked. */
  several<Value>(question: {
    readonly message: string;
    readonly choices: readonly Choice<Value>[];
  }): Promise<readonly Value[]>;
  /** One of many names, found by typing. */
  among(
    question: Question & { readonly names: readonly string[]; readonly initial: string },
  ): Promise<string>;
  /** Whether there is somebody. */
  readonly isAsking: boolean;
}

const isTyped = (text: string): true | string => (text.trim() === '' ? 'Type something' : true);

const stopped = <Value>(asked: Promise<Value>): Promise<Value> =>
  asked.catch((error: unknown) => {
    throw isBrokenOff(error) ? new Stopped('SIGINT', 'nothing was written') : error;
  });

/** Names shown at once of a long list. */
const shownAtOnce = 10;

/** `output`: where questions are shown. */
export async function terminalQuestions(
  input_: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<Questions> {
  // Loaded where somebody is asked: no other command needs it.
  const { checkbox, confirm, input, password, search, select } = await import('./prompts.ts');
  const context = { input: input_, output, signal };
  return {
    isAsking: true,
    text: ({ message, initial, check = () => undefined }) =>
      stopped(
        input(
          {
            message,
            ...(initial !== undefined && { default: initial }),
            validate: (text) => (isTyped(text) === true ? (check(text.trim()) ?? true) : isTyped(text)),
          },
          context,
        ),
      ).then((text) => text.trim()),
    secret: ({ message }) => stopped(password({ message, mask: false, validate: isTyped }, context)),
    yes: ({ message, initial }) => stopped(confirm({ message, default: initial }, context)),
    one: ({ message, choices }) =>
      stopped(select({ message, choices: choices.map(({ name, value }) => ({ name, value })) }, context)),
    several: ({ message, choices }) => {
      const shown = choices.map(({ name, value, isChecked = false }) => ({
        name,
        value,
        checked: isChecked,
      }));
      return stopped(checkbox({ message, choices: shown, pageSize: shownAtOnce }, context));
    },
    among: ({ message, names, initial }) => {
      const source = (typed: string | undefined) =>
        found(names, typed, initial).map((name) => ({ name, value: name }));
      return stopped(search({ message, source, pageSize: shownAtOnce }, context));
    },
  };
}

/** Those that hold what was typed, as `new york` is in `America/New_York`; the usual one first. */
function found(names: readonly string[], typed: string | undefined, initial: string): readonly string[] {
  const wanted = (typed ?? '').trim().toLowerCase().replaceAll(' ', '_');
  const usual = wanted === '' ? [initial] : [];
  return [...usual, ...names.filter((name) => name.toLowerCase().includes(wanted) && !usual.includes(name))];
}

/** Inquirer throws these on Ctrl-C, and where the signal is aborted. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);

const missing = ({ message, instead }: Question): Refused =>
  new Refused('not-asked', `${message.replace(/[:?]? *$/, '')}: not given. Say ${instead}`);

/** Nobody is asked. What only a person knows throws Refused, with the option that says it. */
export const noQuestions: Questions = {
  isAsking: false,
  text: (question) => Promise.reject(missing(question)),
  secret: (question) => Promise.reject(missing(question)),
  among: (question) => Promise.reject(missing(question)),
  yes: ({ initial }) => Promise.resolve(initial),
  one: ({ message, choices }) => {
    const [first] = choices;
    return first === undefined
      ? Promise.reject(new Error(`nothing to choose: ${message}`))
      : Promise.resolve(first.value);
  },
  several: ({ choices }) =>
    Promise.resolve(choices.flatMap(({ value, isChecked }) => (isChecked === true ? [value] : []))),
};
