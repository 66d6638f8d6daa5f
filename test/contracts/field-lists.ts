import { describe, expect, test } from 'vitest';
import type { FieldLists } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';
import { fieldList } from './samples.ts';

export function describeFieldListsContract(name: string, open: Open<FieldLists>): void {
  describe(`field lists: ${name}`, () => {
    const opened = closing(open);

    test('a list is undefined before it was put, and then the last one that was put', async () => {
      const { port } = await opened();
      expect(await port.fieldList('hq', 'Main', 'Sync')).toBe(undefined);
      await port.putFieldList(fieldList());
      expect(await port.fieldList('hq', 'Main', 'Sync')).toStrictEqual(fieldList());
      await port.putFieldList(fieldList({ fields: [] }));
      expect(await port.fieldList('hq', 'Main', 'Sync')).toStrictEqual(fieldList({ fields: [] }));
    });

    test('each layout of each database on each server has a list of its own', async () => {
      const { port } = await opened();
      await port.putFieldList(fieldList());
      await port.putFieldList(fieldList({ layout: 'sync', fields: [] }));
      expect(await port.fieldList('hq', 'Main', 'Sync')).toStrictEqual(fieldList());
      expect(await port.fieldList('branch', 'Main', 'Sync')).toBe(undefined);
      expect(await port.fieldList('hq', 'main', 'Sync')).toBe(undefined);
    });

    test('a list is there after a reopening', async () => {
      const { port, reopen } = await opened();
      await port.putFieldList(fieldList());
      expect(await (await reopen()).fieldList('hq', 'Main', 'Sync')).toStrictEqual(fieldList());
    });
  });
}
