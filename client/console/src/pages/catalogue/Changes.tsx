import { Alert, Button, Input, Modal, Table, Tag } from 'antd'
import { useState } from 'react'
import { CatalogService, ChangeState, type ChangeRequest } from '../../api/generated/zhice/v1/catalog_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { useFilter } from '../../app/useFilter'
import { Differences } from '../../components/Differences'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const colours: Partial<Record<ChangeState, string>> = {
  [ChangeState.OPEN]: 'blue',
  [ChangeState.APPLIED]: 'cyan',
  [ChangeState.REJECTED]: 'red',
}

/** The change requests; one that is opened shows what it changes, and what follows from it. */
export function Changes() {
  const { say, sayCode } = useText()
  const changes = useCall(CatalogService.method.listCatalogChanges, { pageSize: 100 }, { every: 15_000 })
  const [opened, setOpened] = useFilter('change')
  return (
    <Answered of={changes}>
      {(list) => (
        <>
          <Table<ChangeRequest>
            size="small"
            rowKey={(row) => String(row.changeId)}
            dataSource={list.changes}
            pagination={{ pageSize: 20, hideOnSinglePage: true }}
            scroll={{ x: 640 }}
            locale={{ emptyText: <Nothing text={say('change.none')} /> }}
            columns={[
              {
                title: say('change.id'),
                width: 90,
                render: (_, row) => (
                  <Button type="link" size="small" onClick={() => setOpened(String(row.changeId))}>
                    {String(row.changeId)}
                  </Button>
                ),
              },
              {
                title: say('change.state'),
                width: 110,
                render: (_, row) => (
                  <Tag variant="filled" color={colours[row.state] ?? 'default'}>
                    {sayCode('changeState', ChangeState[row.state]!)}
                  </Tag>
                ),
              },
              { title: say('catalogue.comment'), dataIndex: 'comment' },
              { title: say('campaign.authors'), render: (_, row) => row.authors.join(', ') },
              { title: say('stop.time'), width: 180, render: (_, row) => dateTime(row.log[0]?.time) },
            ]}
          />
          {/^\d{1,18}$/.test(opened) ? <Change id={BigInt(opened)} close={() => setOpened('')} /> : null}
        </>
      )}
    </Answered>
  )
}

function Change({ id, close }: { id: bigint; close: () => void }) {
  const { say } = useText()
  const me = useMe()
  const note = useErrorNote()
  const answer = useCall(CatalogService.method.getCatalogChange, { changeId: id })
  const approve = useChange(CatalogService.method.approveCatalogChange, 'JourneyService', 'CampaignService')
  const reject = useChange(CatalogService.method.rejectCatalogChange)
  const withdraw = useChange(CatalogService.method.withdrawCatalogChange)
  const [comment, setComment] = useState('')
  const change = answer.data?.change
  const isOpen = change?.state === ChangeState.OPEN
  const isOwn = change?.authors.includes(me.name) ?? false
  const end = (by: typeof approve | typeof reject | typeof withdraw) =>
    void by.mutateAsync({ changeId: id, etag: change!.etag, comment }).then(close, (fault: unknown) => note(toApiError(fault)))
  return (
    <Modal
      open
      width={880}
      title={`${say('change.id')} ${id}`}
      onCancel={close}
      footer={
        isOpen ? (
          <>
            {isOwn && me.hasAny(['operator']) ? <Button onClick={() => end(withdraw)}>{say('change.withdraw')}</Button> : null}
            {me.hasAny(['approver']) ? (
              <Button danger disabled={comment.trim() === ''} onClick={() => end(reject)}>
                {say('change.reject')}
              </Button>
            ) : null}
            {me.hasAny(['approver']) ? (
              <Button
                type="primary"
                disabled={isOwn}
                title={isOwn ? say('campaign.ownApproval') : ''}
                loading={approve.isPending}
                onClick={() => end(approve)}
              >
                {say('change.approve')}
              </Button>
            ) : null}
          </>
        ) : null
      }
    >
      <Answered of={answer}>
        {({ differences, warnings }) => (
          <div className="stack">
            <div>
              {change!.comment} <span className="quiet">{change!.authors.join(', ')}</span>
            </div>
            {warnings.map((warning) => (
              <Alert key={warning} type="warning" showIcon title={warning} />
            ))}
            <Differences of={differences} />
            {isOpen ? (
              <Input.TextArea
                rows={2}
                maxLength={300}
                aria-label={say('catalogue.comment')}
                placeholder={say('catalogue.comment')}
                value={comment}
                onChange={(event) => setComment(event.target.value)}
              />
            ) : null}
          </div>
        )}
      </Answered>
    </Modal>
  )
}
