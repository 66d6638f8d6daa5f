/** The ports over Maps: what they give out and take in is copied, so that nobody shares an object by accident. */
import type { Control } from '../../../src/ports/control.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import type { Records } from '../../../src/ports/records.ts';
import { MemoryControl } from './memory-control.ts';
import { MemoryQueue } from './memory-queue.ts';
import { MemoryRecords } from './memory-records.ts';

export type MemoryPorts = { readonly records: Records; readonly control: Control; readonly queue: Queue };

export const memoryPorts = (): MemoryPorts => ({
  records: new MemoryRecords(),
  control: new MemoryControl(),
  queue: new MemoryQueue(),
});
