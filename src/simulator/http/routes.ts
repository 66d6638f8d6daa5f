/** Finds the route of a request, or says 1700 (no such resource) or 1704 (not with this verb). */
import findMyWay from 'find-my-way';
import { FileMakerFailure } from '../failure.ts';
import type { Route } from './exchange.ts';

export type Found = {
  readonly route: Route;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
};

const versions = new Set(['v1', 'v2', 'vLatest']);
const noQuery = new URLSearchParams();
const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

export class Routes {
  private readonly router = findMyWay({ maxParamLength: 2000 });

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.router.on(route.method, route.path, () => undefined, route);
  }

  find(method: string, url: string): Found {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const known = methods.find((one) => one === method);
    const found = known && this.router.find(known, path);
    if (!found)
      throw new FileMakerFailure(methods.some((one) => this.router.find(one, path)) ? '1704' : '1700');
    const version = found.params['version'];
    if (version !== undefined && !versions.has(version)) throw new FileMakerFailure('1700');
    const route: Route = found.store;
    const query = mark < 0 ? noQuery : new URLSearchParams(url.slice(mark + 1).replaceAll('+', '%2B'));
    return { route, params: found.params, query };
  }
}
