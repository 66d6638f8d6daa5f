/**
 * The self-test of our script in a file: it runs there, in the version that we speak, on the layout that we name; what is sent comes
 * back byte for byte; and every step that it rests on does what it should, up to the write itself. It changes no record.
 */
import { type Envelope, valueAt } from '../http/answer.ts';
import type { Line } from './apply-script.ts';
import type { ApplyTrouble } from '../http/events.ts';
import type { Ran } from './apply-table.ts';

/** Quotation marks, both line ends, more digits than a double holds, blanks at both ends, two planes of Unicode, odd line ends. */
const echo = ' "\\/\r\n\t12345678901234567890.10\u2028é\u0301漢\u{1f600}\u{f8ff} ';

export const selfTestHead = { echo } as const;

/**
 * An edit without fields of a record that no table has, which is refused for that reason alone; and all steps of a delete but the
 * delete, at a modId that no record has, of a recordId that none has: refused as moved.
 */
export const selfTestLines = (layout: string, find: string): readonly Line[] => [
  { action: 'update', layout, recordId: '0', modId: '0', fieldData: {} },
  { action: 'check', recordId: '0', modId: '-1', find },
];

/** That the record is missing, or that there was nothing to do (which of them is not documented). */
const editCodes: readonly string[] = ['101', '401', '0'];

/** A record was found by that key, and it is another one. */
const isOther = (answer: Envelope | undefined): boolean =>
  answer?.code === '306' && Number(valueAt(answer.response, 'found')) > 0;

export function troubleIn(ran: Ran, layout: string): ApplyTrouble | undefined {
  if (ran.kind === 'nothing') return { why: ran.why ?? 'no-result' };
  if (ran.kind === 'unclear') return { why: 'no-result', code: ran.code };
  const { told, answers } = ran;
  if (told.echo !== echo) return { why: 'text-changed' };
  if (told.layout !== layout) return { why: 'other-layout' };
  if (majorOf(told.application) < 21) return { why: 'filemaker-too-old' };
  const [edit, deletion] = answers;
  if (edit === undefined || !editCodes.includes(edit.code)) return refused('write-refused', edit);
  return isOther(deletion) ? undefined : refused('delete-refused', deletion);
}

const refused = (why: ApplyTrouble['why'], answer: Envelope | undefined): ApplyTrouble => ({
  why,
  ...(answer !== undefined && { code: answer.code }),
});

/** Of `Server 21.0.1`, or however the product calls itself; 0 where it says none. */
const majorOf = (application: string): number => Number(/\d+/.exec(application)?.[0] ?? 0);
