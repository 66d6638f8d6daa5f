/**
 * The three-way merge of one observed state into the head, field by field, roles and deletes included.
 *
 *   R4  A server that knew the head's value and changed it wins, whatever its clock says.
 *   R5  Every value that loses is returned, to be kept.
 *
 * Conflicts are decided here and nowhere else, so every server ends with the same outcome.
 */
import { createOnlyValues } from './create-only.ts';
import { fieldStamp } from './field-stamp.ts';
import type { Deletion, Head } from './head.ts';
import { order } from './interval.ts';
import {
  conflict,
  editedFields,
  headField,
  isNewer,
  mergeFields,
  type Merged,
  type MergeInput,
  nextHead,
  overwritten,
} from './merge-fields.ts';
import type { Conflict } from './conflict.ts';
import type { FieldName } from './names.ts';

export type { Merged, MergeInput } from './merge-fields.ts';

export function merge(input: MergeInput): Merged {
  const edited = editedFields(input);
  if (input.link.role === 'receive' || input.hasLeft) {
    return { head: input.head, changed: false, stored: false, lost: overwritten(input, edited) };
  }
  const deleted = input.head?.deleted;
  if (input.head === undefined || deleted === undefined) return mergeFields(input, edited);
  return mergeWithTombstone(input, { ...input.head, deleted }, edited);
}

type Tombstone = Head & { readonly deleted: Deletion };

/**
 * The record was deleted elsewhere, and is here. One that was edited without knowledge of the delete comes back, or is kept
 * as a loser; one of which nothing is known here (made anew, or never met before) comes back in any case.
 */
function mergeWithTombstone(input: MergeInput, head: Tombstone, edited: readonly FieldName[]): Merged {
  const { plan, base, seen } = input;
  // What a server made of our own write is no edit of a record that is deleted.
  if (input.only !== undefined) return { head, changed: false, stored: false, lost: [] };
  if (edited.length === 0 || (base !== undefined && plan.deletes === 'delete-wins')) {
    const lost = edited.map((field) => withDeletion(input, head, field, 'delete-wins'));
    const stored = isNewer(seen, head);
    return { head: stored ? nextHead(input, new Map()) : head, changed: false, stored, lost };
  }
  const knewOfIt = base === undefined && input.recreated === true;
  const lost = knewOfIt ? [] : edited.map((field) => withDeletion(input, head, field, 'edit-wins'));
  const { deleted: deletion, ...alive } = head;
  if (base === undefined || deletion.bare) {
    // Of what was forgotten nothing is known: it has to come back as a whole.
    const taken = deletion.bare ? plan.fields.map(({ name }) => name) : edited;
    const next = madeAnew({ ...input, head: alive }, taken);
    return { head: withNewOnce(input, next), changed: true, stored: true, lost };
  }
  const merged = mergeFields({ ...input, head: alive }, edited);
  const isSame = merged.head === undefined || merged.head === alive;
  const next = isSame ? nextHead({ ...input, head: alive }, new Map()) : merged.head;
  return { ...merged, head: next, changed: true, stored: true, lost: [...lost, ...merged.lost] };
}

/** What the former record held in fields that go with a create since is none of this one. */
function withNewOnce({ plan, seen }: MergeInput, head: Head): Head {
  const createOnly = createOnlyValues(plan, seen);
  const fields = Object.entries(head.fields).filter(([name]) => createOnly[name] === undefined);
  return { ...head, createOnly, fields: Object.fromEntries(fields) };
}

function madeAnew(input: MergeInput, edited: readonly FieldName[]): Head {
  const taken = edited.map((field) => {
    const stamp = fieldStamp(input, [field]);
    return [field, headField(input, field, { kind: 'take', stamp })] as const;
  });
  return nextHead(input, new Map(taken));
}

/** An edit that did not see the delete. */
function withDeletion(
  input: MergeInput,
  { deleted }: Tombstone,
  field: FieldName,
  rule: 'edit-wins' | 'delete-wins',
): Conflict {
  const mine = headField(input, field, { kind: 'keep' });
  const gone = { ...deleted, value: '', digest: '', deleted: true } as const;
  const sides = rule === 'delete-wins' ? ([gone, mine] as const) : ([mine, gone] as const);
  return conflict(input, field, sides, { order: order(mine.stamp, deleted.stamp), rule });
}
