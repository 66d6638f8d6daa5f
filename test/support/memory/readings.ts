import type { AccountView } from '../../../src/core/account-view.ts';
import type { Bookmark } from '../../../src/core/bookmark.ts';
import type { Breaker } from '../../../src/core/breaker.ts';
import type { DeleteLogState } from '../../../src/core/delete-log.ts';
import type { AccountViews, Bookmarks, Breakers, DeleteLogs } from '../../../src/ports/control.ts';
import { frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryBookmarks(stores = new Stores()): Bookmarks {
  const stored = stores.map<Bookmark>();
  return {
    async bookmark(table, server) {
      return stored.get(joined(table, server));
    },
    async putBookmark(bookmark) {
      stored.set(joined(bookmark.table, bookmark.server), frozen(bookmark));
    },
    async dropBookmark(table, server) {
      stored.delete(joined(table, server));
    },
    async bookmarks() {
      return [...stored.values()];
    },
  };
}

export function memoryAccountViews(stores = new Stores()): AccountViews {
  const stored = stores.map<AccountView>();
  return {
    async accountView(table, server) {
      return stored.get(joined(table, server));
    },
    async putAccountView(view) {
      stored.set(joined(view.table, view.server), frozen(view));
    },
  };
}

export function memoryBreakers(stores = new Stores()): Breakers {
  const stored = stores.map<Breaker>();
  return {
    async breaker(server, task) {
      return stored.get(joined(server, task));
    },
    async putBreaker(breaker) {
      const name = joined(breaker.server, breaker.task);
      if ((stored.get(name)?.rev ?? 0) !== breaker.rev - 1) return false;
      stored.set(name, frozen(breaker));
      return true;
    },
    async breakers() {
      return [...stored.values()];
    },
  };
}

export function memoryDeleteLogs(stores = new Stores()): DeleteLogs {
  const stored = stores.map<DeleteLogState>();
  return {
    async deleteLog(table, server) {
      return stored.get(joined(table, server));
    },
    async putDeleteLog(state) {
      const name = joined(state.table, state.server);
      if ((stored.get(name)?.generation ?? 0) !== state.generation - 1) return false;
      stored.set(name, frozen(state));
      return true;
    },
  };
}
