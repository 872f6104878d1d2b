import katex from 'katex';
import 'katex/dist/katex.min.css';
import {useLayoutEffect, useRef} from 'react';

export default function Formula({source, display}: {readonly source: string; readonly display: boolean}) {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (host.current) katex.render(source, host.current, {displayMode: display, throwOnError: false, output: 'htmlAndMathml'});
  }, [source, display]);
  return <span ref={host} className={display ? 'formula' : 'symbol'} />;
}
