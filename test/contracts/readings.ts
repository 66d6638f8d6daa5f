import { describe, expect, test } from 'vitest';
import type { AccountView } from '../../src/core/account-view.ts';
import type { Bookmark } from '../../src/core/bookmark.ts';
import type { Breaker } from '../../src/core/breaker.ts';
import type { AccountViews, Bookmarks, Breakers } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';
import { meeting, watermark } from './samples.ts';

const at = 1_732_000_000_000;
const common = { table: 'contacts', server: 'hq', fields: ['name', 'phone'], startedAt: at };
const place = { offset: 12_499, seen: ['1', '77'] };

const bookmarks: readonly Bookmark[] = [
  { ...common, kind: 'meeting', place, shared: 3, differing: 1, examples: meeting().examples },
  { ...common, kind: 'first-read', place, watermark: watermark(1) },
  { ...common, kind: 'changes', from: -0.5, watermark: watermark(7, { wideAt: at }) },
];

export function describeBookmarksContract(name: string, open: Open<Bookmarks>): void {
  describe(`bookmarks: ${name}`, () => {
    const opened = closing(open);

    test.each(bookmarks)(
      'one of kind $kind is read as it was put, after a reopening too',
      async (bookmark) => {
        const { port, reopen } = await opened();
        expect(await port.bookmark('contacts', 'hq')).toBe(undefined);
        await port.putBookmark({ ...bookmark, startedAt: 1 });
        await port.putBookmark(bookmark);
        expect(await port.bookmark('contacts', 'hq')).toStrictEqual(bookmark);
        expect(await port.bookmark('contacts', 'HQ')).toBe(undefined);
        expect(await (await reopen()).bookmark('contacts', 'hq')).toStrictEqual(bookmark);
      },
    );

    test('one that is dropped is gone, and only that', async () => {
      const { port } = await opened();
      for (const server of ['hq', 'branch'])
        for (const one of bookmarks) await port.putBookmark({ ...one, server });
      await port.dropBookmark('contacts', 'hq');
      await port.dropBookmark('contacts', 'never');
      expect(await port.bookmark('contacts', 'hq')).toBe(undefined);
      const left = { ...bookmarks[2], server: 'branch' };
      expect(await port.bookmark('contacts', 'branch')).toStrictEqual(left);
      expect(await port.bookmarks()).toStrictEqual([left]);
    });
  });
}

const view = (parts: Partial<AccountView> = {}): AccountView => ({
  table: 'contacts',
  server: 'hq',
  seen: 970,
  total: 1000,
  at,
  ...parts,
});

export function describeAccountViewsContract(name: string, open: Open<AccountViews>): void {
  describe(`account views: ${name}`, () => {
    const opened = closing(open);

    test('the last one that was put is read, after a reopening too, of each table on each server', async () => {
      const { port, reopen } = await opened();
      expect(await port.accountView('contacts', 'hq')).toBe(undefined);
      await port.putAccountView(view({ seen: 1 }));
      await port.putAccountView(view());
      await port.putAccountView(view({ server: 'branch', seen: 0 }));
      expect(await port.accountView('contacts', 'hq')).toStrictEqual(view());
      expect(await port.accountView('Contacts', 'hq')).toBe(undefined);
      expect(await (await reopen()).accountView('contacts', 'branch')).toStrictEqual(
        view({ server: 'branch', seen: 0 }),
      );
    });
  });
}

const breaker = (rev: number, parts: Partial<Breaker> = {}): Breaker => ({
  server: 'hq',
  task: 'writing',
  rev,
  failures: rev,
  since: at,
  code: 'server-unreachable',
  tryAt: at + 60_000,
  ...parts,
});

export function describeBreakersContract(name: string, open: Open<Breakers>): void {
  describe(`breakers: ${name}`, () => {
    const opened = closing(open);

    test('one is stored only after the one before it, and read after a reopening too', async () => {
      const { port, reopen } = await opened();
      expect(await port.breaker('hq', 'writing')).toBe(undefined);
      expect(await port.putBreaker(breaker(2))).toBe(false);
      expect(await port.putBreaker(breaker(1))).toBe(true);
      expect(await port.putBreaker(breaker(1, { code: 'late' }))).toBe(false);
      expect(await port.putBreaker(breaker(2, { trial: 'a row' }))).toBe(true);
      expect(await port.putBreaker(breaker(4))).toBe(false);
      expect(await (await reopen()).breaker('hq', 'writing')).toStrictEqual(breaker(2, { trial: 'a row' }));
    });

    test('each server has one for each task, and all are listed', async () => {
      const { port } = await opened();
      const all = [breaker(1), breaker(1, { task: 'reading' }), breaker(1, { server: 'branch' })];
      expect(await port.breakers()).toStrictEqual([]);
      for (const one of all) expect(await port.putBreaker(one)).toBe(true);
      expect(new Set(await port.breakers())).toStrictEqual(new Set(all));
      expect(await port.breaker('branch', 'reading')).toBe(undefined);
    });

    test('of 20 that put the same rev at once exactly one does', async () => {
      const { port } = await opened();
      const all = Array.from({ length: 20 }, (_, tryAt) => port.putBreaker(breaker(1, { tryAt })));
      expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1);
    });
  });
}
