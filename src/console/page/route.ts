/** Which view is shown: the part of the address behind `#`, such as `#/history/contacts/K-1`. It never leaves the browser. */
import { signal } from '@preact/signals';

export type Route = { readonly view: string; readonly parts: readonly string[] };

function routeOf(hash: string): Route {
  const [view = '', ...parts] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .map(decoded)
    .filter((part) => part !== '');
  // The address that the console prints leads to the overview.
  return { view: view === '' || view.startsWith('token=') ? 'overview' : view, parts };
}

/** What somebody typed there may be no encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal(routeOf(location.hash));

export const addressOf = (view: string, ...parts: readonly string[]): string =>
  `#/${[view, ...parts].map(encodeURIComponent).join('/')}`;

export function goTo(view: string, ...parts: readonly string[]): void {
  location.hash = addressOf(view, ...parts);
}

window.addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});
