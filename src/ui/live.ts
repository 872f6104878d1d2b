import {startTransition, useEffect, useState} from 'react';
import {shallow} from 'zustand/shallow';
import {useBasin} from '../state/basin.ts';
import type {BasinState} from '../state/types.ts';

/**
 * Reads the store at most every `interval` milliseconds: telemetry arrives far more often than a
 * picture is worth redrawing. Updates are transitions, so that a click always goes first. `select`
 * must be a stable function; its answer is compared shallowly.
 */
export function useLive<T>(select: (state: BasinState) => T, interval = 125): T {
  const [value, setValue] = useState(() => select(useBasin.getState()));
  useEffect(() => {
    let timer: number | undefined;
    let last = Number.NEGATIVE_INFINITY;
    const read = (): void => {
      timer = undefined;
      last = performance.now();
      const next = select(useBasin.getState());
      startTransition(() => setValue((held: T) => (shallow(held, next) ? held : next)));
    };
    const onChange = (): void => {
      if (timer !== undefined) return;
      const wait = last + interval - performance.now();
      if (wait <= 0) read();
      else timer = window.setTimeout(read, wait);
    };
    read();
    const stop = useBasin.subscribe(onChange);
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [select, interval]);
  return value;
}
