import { describe, expect, test } from 'vitest';
import type { Leases } from '../../src/ports/control.ts';
import { closing, type Open, portOf } from './opened.ts';

export function describeLeasesContract(name: string, open: Open<Leases>): void {
  describe(`leases: ${name}`, () => {
    const openPort = portOf(closing(open));

    test('a lease that one holds is refused to others until its time is over', async () => {
      const port = await openPort();
      expect(await port.takeLease('sweep', 'one', 100, 1000)).toBe(true);
      expect(await port.takeLease('sweep', 'two', 100, 1099)).toBe(false);
      expect(await port.takeLease('sweep', 'two', 100, 1101)).toBe(true);
      expect(await port.takeLease('sweep', 'one', 100, 1102)).toBe(false);
    });

    test('whether another has it is asked without taking it', async () => {
      const port = await openPort();
      expect(await port.isLeased('sweep', 'two', 1000)).toBe(false);
      await port.takeLease('sweep', 'one', 100, 1000);
      expect(await port.isLeased('sweep', 'two', 1099)).toBe(true);
      expect(await port.isLeased('sweep', 'one', 1099)).toBe(false);
      expect(await port.isLeased('sweep', 'two', 1101)).toBe(false);
      expect(await port.isLeased('Sweep', 'two', 1050)).toBe(false);
    });

    test('the holder may take it again, and then has it for longer', async () => {
      const port = await openPort();
      await port.takeLease('sweep', 'one', 100, 1000);
      expect(await port.takeLease('sweep', 'one', 100, 1050)).toBe(true);
      expect(await port.takeLease('sweep', 'two', 100, 1120)).toBe(false);
    });

    test('a lease that was refused is no shorter or longer for it', async () => {
      const port = await openPort();
      await port.takeLease('sweep', 'one', 100, 1000);
      await port.takeLease('sweep', 'two', 9000, 1050);
      expect(await port.takeLease('sweep', 'three', 100, 1101)).toBe(true);
    });

    test('a lease that its holder gives back is free, and nobody else can give it back', async () => {
      const port = await openPort();
      await port.takeLease('sweep', 'one', 100, 1000);
      await port.dropLease('sweep', 'two');
      expect(await port.takeLease('sweep', 'two', 100, 1001)).toBe(false);
      await port.dropLease('sweep', 'one');
      await port.dropLease('never', 'one');
      expect(await port.takeLease('sweep', 'two', 100, 1002)).toBe(true);
    });

    test('leases of other names have nothing to do with it', async () => {
      const port = await openPort();
      await port.takeLease('sweep', 'one', 100, 1000);
      expect(await port.takeLease('Sweep', 'two', 100, 1000)).toBe(true);
    });

    test('of 20 that want a lease at once exactly one has it', async () => {
      const port = await openPort();
      const all = Array.from({ length: 20 }, (_, at) => port.takeLease('sweep', `${at}`, 100, 1000));
      expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1);
    });
  });
}
