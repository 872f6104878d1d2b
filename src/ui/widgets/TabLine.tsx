import {Menu} from '@mantine/core';
import {useElementSize} from '@mantine/hooks';
import {useLayoutEffect, useRef, useState} from 'react';
import {Icon} from './icons.tsx';

interface Props<Id extends string> {
  readonly label: string;
  readonly tabs: readonly {readonly id: Id; readonly label: string}[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/** Choices on one line; those that find no room there are in a menu at its end, which bears the name of the chosen one if it is among them. */
export function TabLine<Id extends string>({label, tabs, chosen, onChoose}: Props<Id>) {
  const {ref: sized, width} = useElementSize();
  const line = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(tabs.length);
  const words = tabs.map((tab) => tab.label).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what finds room depends on the room and on the words
  useLayoutEffect(() => {
    const places = [...(line.current?.children ?? [])].map((tab) => (tab instanceof HTMLElement ? tab.offsetTop : 0));
    // What finds no room stands in the next line, which is out of sight.
    setShown(places.filter((top) => top <= places[0]).length);
    // On a phone the tabs scroll sideways, and are made anew with each panel.
    if (line.current && line.current.scrollWidth > line.current.clientWidth) line.current.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }, [width, words, chosen, shown]);
  const others = tabs.slice(shown);
  const hiddenChoice = others.find(({id}) => id === chosen);
  return (
    <nav ref={sized} className="tab-line" aria-label={label}>
      <div ref={line} className="instrument-tabs">
        {tabs.map(({id, label: word}, index) => (
          <button key={id} type="button" aria-current={id === chosen ? 'true' : undefined} data-testid={`instrument-${id}`} data-beyond={index >= shown || undefined} onClick={() => onChoose(id)}>
            {word}
          </button>
        ))}
      </div>
      {others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="tab-more" aria-current={hiddenChoice ? 'true' : undefined} data-testid="instruments-more">
              {hiddenChoice?.label ?? 'more'} <Icon name="down" size={12} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(({id, label: word}) => (
              <Menu.Item key={id} data-testid={`more-${id}`} onClick={() => onChoose(id)}>
                {word}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}
