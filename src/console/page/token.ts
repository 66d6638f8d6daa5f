/** The token that the console printed, in the page's address behind `#token=`. It is kept for this tab and taken out of the address. */
const place = 'serversync-token';
const mark = '#token=';

/** Whether the address had one; the overview is what it leads to. */
export function takeToken(): boolean {
  if (!location.hash.startsWith(mark)) return false;
  sessionStorage.setItem(place, decodeURIComponent(location.hash.slice(mark.length)));
  history.replaceState(undefined, '', '#/');
  return true;
}

// A new address in the same tab: whatever was refused with the old token is asked anew.
window.addEventListener('hashchange', () => {
  if (takeToken()) location.reload();
});

export const token = (): string | undefined => sessionStorage.getItem(place) ?? undefined;
