import type { FilesRead } from '../../../src/core/files-read.ts';
import type { Meeting } from '../../../src/core/first-meeting.ts';
import type { RunRecord } from '../../../src/core/run-record.ts';
import type { TableShape } from '../../../src/core/shape.ts';
import type { WebhookState } from '../../../src/core/webhook.ts';
import type {
  FieldList,
  FieldLists,
  FilesReadings,
  Leases,
  Meetings,
  Runs,
  Shapes,
  WebhookStates,
} from '../../../src/ports/control.ts';
import { frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryMeetings(stores = new Stores()): Meetings {
  const stored = stores.map<Meeting>();
  return {
    async meeting(table, server) {
      return stored.get(joined(table, server));
    },
    async putMeeting(meeting) {
      stored.set(joined(meeting.table, meeting.server), frozen(meeting));
    },
    async meetings() {
      return [...stored.values()];
    },
  };
}

export function memoryFieldLists(stores = new Stores()): FieldLists {
  const stored = stores.map<FieldList>();
  return {
    async fieldList(server, database, layout) {
      return stored.get(joined(server, database, layout));
    },
    async putFieldList(list) {
      stored.set(joined(list.server, list.database, list.layout), frozen(list));
    },
  };
}

export function memoryShapes(stores = new Stores()): Shapes {
  const stored = stores.map<TableShape>();
  return {
    async shape(table) {
      return stored.get(table);
    },
    async putShape(shape) {
      stored.set(shape.table, frozen(shape));
    },
  };
}

export function memoryRuns(): Runs {
  const stored = new Map<string, RunRecord>();
  return {
    async putRun(run) {
      stored.set(run.id, frozen(run));
    },
    async runs(limit) {
      return [...stored.values()].toSorted((a, b) => b.startedAt - a.startedAt).slice(0, limit);
    },
  };
}

export function memoryFilesReadings(stores = new Stores()): FilesReadings {
  const stored = stores.map<FilesRead>();
  return {
    async filesRead(table, server, recordId) {
      return stored.get(joined(table, server, recordId));
    },
    async putFilesRead(read) {
      stored.set(joined(read.table, read.server, read.recordId), frozen(read));
    },
    async dropFilesRead(table, server, recordId) {
      stored.delete(joined(table, server, recordId));
    },
  };
}

export function memoryLeases(): Leases {
  const held = new Map<string, { readonly holder: string; readonly until: number }>();
  return {
    async takeLease(name, holder, ms, now) {
      const lease = held.get(name);
      if (lease && lease.holder !== holder && lease.until > now) return false;
      held.set(name, { holder, until: now + ms });
      return true;
    },
    async isLeased(name, holder, now) {
      const lease = held.get(name);
      return lease !== undefined && lease.holder !== holder && lease.until > now;
    },
    async dropLease(name, holder) {
      if (held.get(name)?.holder === holder) held.delete(name);
    },
  };
}

export function memoryWebhookStates(stores = new Stores()): WebhookStates {
  const stored = stores.map<WebhookState>();
  return {
    async webhookState(server) {
      return stored.get(server);
    },
    async putWebhookState(state) {
      stored.set(state.server, frozen(state));
    },
    async webhookStates() {
      return [...stored.values()];
    },
  };
}
