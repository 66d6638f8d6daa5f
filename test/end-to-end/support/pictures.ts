/** Offices whose contacts have pictures, and what of them lies where. */
import { contactFields, syncedFields, type Office } from './office.ts';
import type { FieldDescription } from '../../../src/simulator/description.ts';

export const pictureFields: readonly FieldDescription[] = [
  ...contactFields,
  { name: 'picture', type: 'container' },
  { name: 'plan', type: 'container' },
];

export const withPictures = { fields: [...syncedFields, 'picture', 'plan'] };

export type Told = {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
};

/** What a container of a record holds; undefined where it is empty. */
export const fileAt = (office: Office, key: string, field: string): Promise<Told | undefined> =>
  office.control.file(office.value(key, field) ?? '');

/** A file of so many bytes, as the value that a field of that office takes. */
export const fileOn = (office: Office, name: string, size: number, seed = 1, type = 'image/png'): string =>
  office.control.putSeededFile({ name, type }, size, seed);

export const textFileOn = (office: Office, name: string, text: string, type = 'text/plain'): string =>
  office.control.putFile({ name, type }, Buffer.from(text));
