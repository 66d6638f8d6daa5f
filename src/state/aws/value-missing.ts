/**
 * A value that a row names and the bucket does not give. Each record that needs it is named, so that whoever reads many can
 * go on with the others (R7).
 *
 *   R9  Objects, tables and keys are named; what the value was is not known here.
 */
import type { Key, TableName } from '../../core/names.ts';
import { keyOfItem } from './item-keys.ts';
import { partsIn } from './sort-keys.ts';
import { AwsStateError } from './state-error.ts';
import type { Item } from './table.ts';

export type MissingObject = {
  readonly bucket: string;
  readonly object: string;
  /** Such as `it does not exist`. */
  readonly found: string;
};

type Owner = { readonly name: string; readonly record?: { readonly table: TableName; readonly key: Key } };

export class ValueMissing extends AwsStateError {
  /** Heads, replicas and parked records that cannot be read. */
  readonly records: readonly { readonly table: TableName; readonly key: Key }[];
  readonly #missing: MissingObject;
  readonly #owners: readonly Owner[];

  constructor(missing: MissingObject, owners: readonly Owner[], cause: unknown) {
    const { bucket, object, found } = missing;
    super(
      'value-missing',
      `object ${object} of bucket ${bucket}`,
      `${found}${needs(owners)}`,
      `Put an earlier version of it back (aws s3api list-object-versions --bucket ${bucket} --prefix ${object} lists them), ` +
        'or where it is there, look at the right to read it',
      cause,
    );
    this.name = 'ValueMissing';
    this.records = owners.flatMap(({ record }) => record ?? []);
    this.#missing = missing;
    this.#owners = owners;
  }

  /** The same, said of the item that names the object. */
  neededBy(item: Item): ValueMissing {
    return new ValueMissing(this.#missing, [ownerOf(item)], this.cause);
  }

  /** The first, said of all that miss something. */
  static together(first: ValueMissing, all: readonly ValueMissing[]): ValueMissing {
    const owners = all.flatMap((one) => one.#owners);
    return new ValueMissing(first.#missing, owners, first.cause);
  }
}

/** Reads what an item names; says of which item where something of it is missing. */
export async function readFor<Result>(item: Item, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ValueMissing ? error.neededBy(item) : error;
  }
}

function needs([first, ...others]: readonly Owner[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `; values of ${others.length} more are missing too`;
  return `, and ${first.name} needs it${more}`;
}

const ofRecords: readonly string[] = ['head', 'replica', 'parked'];

function ownerOf(item: Item): Owner {
  const { pk, sk } = keyOfItem(item);
  const [kind = '', table = ''] = partsIn(pk);
  if (!ofRecords.includes(kind)) return { name: `an item under ${pk}` };
  // What is too long for a sort key stands in full beside it.
  const key = item['key']?.S ?? sk;
  return { name: `record ${JSON.stringify(key)} of table ${table}`, record: { table, key } };
}
