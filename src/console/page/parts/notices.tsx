/** What acts came to, at the foot of the page and read aloud. */
import { dismiss, notices } from '../notices.ts';

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, lines }) => (
        <div class="notice fades" key={id}>
          <p class="stack">
            {lines.map((line) => (
              <span key={line} class={line.startsWith(' ') ? 'muted small' : ''}>
                {line.trim()}
              </span>
            ))}
          </p>
          <button type="button" class="button plain" onClick={() => dismiss(id)}>
            <span aria-hidden="true">✕</span>
            <span class="only-read">Dismiss</span>
          </button>
        </div>
      ))}
    </div>
  );
}
