/**
 * Whether two servers hold copies of the same records, by a sample of each: by their keys, and where these differ by their
 * values. Both are only compared: digests of them do as well as they do themselves.
 */
import type { Values } from './digest.ts';
import type { FieldType } from './link.ts';
import type { FieldName } from './names.ts';

/** By configured names; canonical. */
export type SampledRecord = { readonly key: string; readonly values: Values };

/** What tells the records of a sample apart, one by one; '' tells nothing. Without a field: all fields together. */
export type Mark = { readonly field?: FieldName; readonly of: readonly string[] };

/** One sample; keys in the order of the marks, '' where a record has none. */
export type MarkedRecords = { readonly keys: readonly string[]; readonly marks: readonly Mark[] };

export type Alike = { readonly field?: FieldName; readonly records: number };

export type Meeting = {
  /** Keys that are in both samples. */
  readonly sameKey: number;
  /** Records without a partner by key that look like one on the other side all the same. */
  readonly alike: Alike | undefined;
  /** Whether these are most of the records, so that keys were made in each file by itself. */
  readonly areKeysMadeApart: boolean;
};

/** A field that tells records apart tells also whether two are of the same thing: so distinct are its values. Assumed. */
const telling = { distinct: 0.8, shared: 0.5, records: 3, fieldsTogether: 3 };

/** So many are looked at: a sample may have to be sent. */
const mostFields = 12;

export type MarkedField = { readonly name: FieldName; readonly type: FieldType };

export function markedRecords(
  records: readonly SampledRecord[],
  fields: readonly MarkedField[],
): MarkedRecords {
  const valueOf = ({ values }: SampledRecord, { name }: MarkedField): string =>
    (values[name] ?? '').trim().toLowerCase();
  // Numbers and times look alike by chance.
  const texts = fields
    .filter(({ type }) => type === 'text')
    .map((field) => ({ field: field.name, of: records.map((record) => valueOf(record, field)) }));
  const together = records.map((record) => {
    const values = fields.map((field) => valueOf(record, field));
    return values.filter((value) => value !== '').length < telling.fieldsTogether
      ? ''
      : JSON.stringify(values);
  });
  const marks = [...texts.filter(tellsApart).slice(0, mostFields), { of: together }].filter(tellsApart);
  return { keys: records.map(({ key }) => key), marks };
}

function tellsApart({ of }: Mark): boolean {
  const filled = of.filter((value) => value !== '');
  return filled.length > 0 && new Set(filled).size >= telling.distinct * filled.length;
}

/** Both were marked with the same fields in the same order. */
export function meetingOf(a: MarkedRecords, b: MarkedRecords): Meeting {
  const [ofA, ofB] = [filledOf(a.keys), filledOf(b.keys)];
  const sameKey = ofA.intersection(ofB).size;
  const found = a.marks.flatMap((mark) => {
    const there = b.marks.find(({ field }) => field === mark.field);
    if (there === undefined) return [];
    const alone = filledOf(mark.of.filter((_, at) => !ofB.has(a.keys[at] ?? '')));
    const aloneThere = filledOf(there.of.filter((_, at) => !ofA.has(b.keys[at] ?? '')));
    const records = alone.intersection(aloneThere).size;
    const fewest = Math.min(filledOf(mark.of).size, filledOf(there.of).size);
    const areMost = records >= telling.records && records >= telling.shared * fewest && records > sameKey;
    return records === 0 ? [] : [{ areMost, alike: { ...fieldOf(mark), records } }];
  });
  const [best] = found.toSorted(
    (one, two) => Number(two.areMost) - Number(one.areMost) || two.alike.records - one.alike.records,
  );
  return { sameKey, alike: best?.alike, areKeysMadeApart: best?.areMost ?? false };
}

const fieldOf = ({ field }: Mark): Pick<Alike, 'field'> => (field === undefined ? {} : { field });

const filledOf = (values: readonly string[]): ReadonlySet<string> =>
  new Set(values.filter((value) => value !== ''));
