import katex from 'katex';
import 'katex/dist/katex.min.css';
import {useLayoutEffect, useRef} from 'react';

export default function Formula({source, display}: {readonly source: string; readonly display: boolean}) {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    katex.render(source, host.current, {displayMode: display, throwOnError: false, output: 'htmlAndMathml'});
    return display ? reachable(host.current) : undefined;
  }, [source, display]);
  return <span ref={host} className={display ? 'formula' : 'symbol'} />;
}

/** A formula wider than its column scrolls, so it has to be reached by keyboard; its fonts may come late. */
function reachable(formula: HTMLElement): () => void {
  const look = (): void => {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute('tabindex');
  };
  const observer = new ResizeObserver(look);
  observer.observe(formula);
  if (formula.firstElementChild) observer.observe(formula.firstElementChild);
  void document.fonts.ready.then(look);
  return () => observer.disconnect();
}
