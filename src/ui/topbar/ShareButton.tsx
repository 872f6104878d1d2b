import {Popover} from '@mantine/core';
import {useState} from 'react';
import {actions} from '../../state/basin.ts';
import {Icon} from '../widgets/icons.tsx';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';

/** Copies the link and shows it, so that it can be read, checked, or copied by hand. */
export function ShareButton() {
  const [link, setLink] = useState<string | null>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const share = async (): Promise<void> => {
    const address = actions.shareLink();
    setLink(address.ok ? address.value : '');
    setFault(address.ok ? null : `The ${address.error.field} ${address.error.message}.`);
    setCopied(null);
    if (address.ok) setCopied(await copy(address.value));
  };
  return (
    <Popover
      opened={link !== null}
      onChange={(open) => !open && setLink(null)}
      position="bottom-end"
      width={360}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className="share"
          data-testid="share-button"
          aria-label="Share a link"
          onClick={() => (link === null ? void share() : setLink(null))}
        >
          <Icon name="share" size={16} /> <span>Share</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Link to this experiment">
        <p className="share-state" role="status">
          {fault ?? (copied === null ? '…' : copied ? 'Copied. This link is the whole experiment:' : 'Select the link and copy it:')}
        </p>
        {fault === null && (
          <ScrollRegion label="The link">
            <code className="share-link" data-testid="share-link">
              {link}
            </code>
          </ScrollRegion>
        )}
        <p className="faint">All of it stands after the #, which browsers never send to a server.</p>
      </Popover.Dropdown>
    </Popover>
  );
}

/** False where the page may not write to the clipboard (no permission, or no secure context). */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
