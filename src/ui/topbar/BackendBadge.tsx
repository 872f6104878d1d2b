import {NativeSelect, Popover} from '@mantine/core';
import {useState} from 'react';
import {BACKENDS, type BackendRequest} from '../../core/protocol.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {BACKEND_WORDS} from '../words.ts';

const REQUESTS: readonly BackendRequest[] = ['auto', ...BACKENDS];

/** What computes, and why this; opens the engine's notices and the setting that forces another. */
export function BackendBadge() {
  const {report, request, lanes, notices} = useBasin((state) => state.engine);
  const phase = useBasin((state) => state.phase);
  const [open, setOpen] = useState(false);
  const name = report ? BACKEND_WORDS[report.backend] : phase === 'broken' ? 'no engine' : 'starting …';
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="badge"
          data-testid="backend-badge"
          data-warn={notices.length > 0 || phase === 'broken'}
          onClick={() => setOpen(!open)}
        >
          <b>{name}</b>
          {report && <span>{report.device}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Engine">
        <div className="engine">
          <p>{report?.reason ?? 'The engine has not reported yet.'}</p>
          {report && (
            <p className="faint">{lanes === 1 ? 'One lane: contestants take turns.' : `${lanes} lanes work side by side.`}</p>
          )}
          {notices.map((notice) => (
            <p key={notice} className="engine-notice">
              {notice}
            </p>
          ))}
          <NativeSelect
            size="xs"
            label="Compute with"
            value={request}
            data={REQUESTS.map((one) => ({value: one, label: one === 'auto' ? 'the best that works here' : BACKEND_WORDS[one]}))}
            onChange={(event) => {
              const wanted = REQUESTS.find((one) => one === event.currentTarget.value);
              if (wanted) actions.forceBackend(wanted);
            }}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
