import { Input, Select, Table, Tag as Label } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import type { TagDefinition } from '../../api/generated/zhice/v1/catalog_pb'
import { useFilter } from '../../app/useFilter'
import { useText } from '../../i18n/useText'
import { EditText } from './EditText'
import { usesOf } from './rules'

/** The tags by class, with what they are and where they are used. */
export function TagList({ names }: { names: Names }) {
  const { say, sayCode } = useText()
  const catalog = names.catalog!
  const [q, setQ] = useFilter('q')
  const [subclass, setSubclass] = useFilter('class')
  const shown = useMemo(
    () =>
      catalog.tags.filter(
        (tag) =>
          `${tag.tagId} ${tag.displayName}`.toLowerCase().includes(q.toLowerCase()) &&
          (subclass === '' ||
            tag.subclassId === subclass ||
            catalog.tagClasses.some(
              (each) => each.classId === subclass && each.subclasses.some((sub) => sub.subclassId === tag.subclassId),
            )),
      ),
    [catalog, q, subclass],
  )
  return (
    <div className="stack">
      <div className="row">
        <Input.Search
          allowClear
          style={{ width: 280 }}
          placeholder={say('catalogue.search')}
          aria-label={say('catalogue.search')}
          defaultValue={q}
          onChange={(event) => setQ(event.target.value)}
        />
        <Select
          value={subclass}
          onChange={setSubclass}
          style={{ width: 240 }}
          aria-label={say('catalogue.allClasses')}
          options={[
            { value: '', label: say('catalogue.allClasses') },
            ...catalog.tagClasses.map((each) => ({
              label: each.displayName || each.classId,
              title: each.classId,
              options: each.subclasses.map((sub) => ({ value: sub.subclassId, label: sub.displayName || sub.subclassId })),
            })),
          ]}
        />
        <span className="quiet number">
          {shown.length} / {catalog.tags.length}
        </span>
        <EditText part="tags" isNew />
      </div>
      <Table<TagDefinition>
        size="small"
        rowKey="tagId"
        dataSource={shown}
        pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
        scroll={{ x: 720 }}
        expandable={{ expandedRowRender: (tag) => <Uses tag={tag} names={names} /> }}
        columns={[
          {
            title: say('catalogue.tags'),
            render: (_, tag) => (
              <>
                {tag.displayName || tag.tagId} <span className="quiet mono">{tag.tagId}</span>
              </>
            ),
          },
          { title: say('catalogue.type'), width: 90, render: (_, tag) => named(sayCode, 'tagType', tag.type) },
          {
            title: say('catalogue.values'),
            render: (_, tag) =>
              tag.live
                ? say('catalogue.live', { event: names.eventType(tag.live.eventTypeId) })
                : tag.enumValues.slice(0, 6).join(', ') + (tag.enumValues.length > 6 ? ' …' : ''),
          },
          {
            title: say('catalogue.level'),
            width: 130,
            render: (_, tag) => (
              <>
                {tag.protection?.level || (tag.sensitive ? 4 : 3)}{' '}
                {tag.sensitive ? (
                  <Label color="orange" variant="filled">
                    {say('catalogue.sensitive')}
                  </Label>
                ) : null}
              </>
            ),
          },
          { title: '', key: 'edit', width: 110, render: (_, tag) => <EditText part="tags" id={tag.tagId} /> },
        ]}
      />
    </div>
  )
}

function Uses({ tag, names }: { tag: TagDefinition; names: Names }) {
  const { say } = useText()
  const uses = usesOf(tag.tagId, names.catalog!)
  const name = { action: names.action, category: names.category, journey: names.journey, list: (id: string) => id }
  return (
    <div>
      {tag.protection?.purpose ? <p>{tag.protection.purpose}</p> : null}
      <span className="quiet">{say('catalogue.usedIn')}: </span>
      {uses.length === 0 ? (
        say('catalogue.usedNowhere')
      ) : (
        <span className="row">
          {uses.map(({ kind, id }) =>
            kind === 'journey' ? (
              <Link key={kind + id} to={`/journeys/${id}`}>
                {name[kind](id)}
              </Link>
            ) : kind === 'action' ? (
              <Link key={kind + id} to={`?tab=actions&q=${id}`}>
                {name[kind](id)}
              </Link>
            ) : (
              <span key={kind + id}>{name[kind](id)}</span>
            ),
          )}
        </span>
      )}
    </div>
  )
}
