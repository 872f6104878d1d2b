import {useEffect} from 'react';
import {useBasin, actions} from '../state/basin.ts';

const KEEPS_KEYS = 'input, textarea, select, [contenteditable="true"], [role="slider"], [role="menu"], [role="dialog"]';
const TAKES_SPACE =
  'button, a[href], summary, label, [role="button"], [role="tab"], [role="switch"], [tabindex]:not([tabindex="-1"])';

export function toggleRun(): void {
  if (useBasin.getState().racing) actions.pause();
  else actions.run();
}

/** Space, right arrow, R and ?: never while something is typed, dragged or a dialog is open. */
export function useShortcuts(openHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(KEEPS_KEYS) || document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (event.key === '?') openHelp();
      else if (useBasin.getState().phase === 'broken') return;
      else if (event.key === ' ' && !target?.closest(TAKES_SPACE)) toggleRun();
      else if (useBasin.getState().phase === 'starting') return;
      else if (event.key === 'ArrowRight') actions.step();
      else if (event.key === 'r' || event.key === 'R') actions.reset();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [openHelp]);
}
