import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../../api/call'
import { isSame, useCollected } from '../../api/collected'
import { CatalogService, type CheckCatalogTextResponse } from '../../api/generated/zhice/v1/catalog_service_pb'
import { useCall } from '../../api/hooks'
import type { ApiError } from '../../api/error'
import { findKept, keep } from '../../app/kept'
import { useLater } from '../../app/useLater'

// No id of the catalogue: what is new comes in addition to what is there.
const added = '+'

// A whole part has no id.
const whole = (id: string) => (id === '*' ? '' : id)

/**
 * The text of a part of the catalogue while it is edited, and what the host says of it, together with the edits that were collected, half
 * a second after the last key. What is not proposed is there again when it is opened again, also after a sign-in.
 */
export function useCatalogText(part: string, id: string, template = '') {
  const isNew = id === ''
  const target = { part, id: isNew ? added : whole(id) }
  const name = `text.${part}.${target.id}`
  const collected = useCollected()
  const own = collected.find((each) => isSame(each, target))
  const earlier = collected.filter((each) => each !== own).map((each) => ({ part: each.part, id: each.id, text: each.text }))
  const read = useCall(CatalogService.method.getCatalogText, { part, id: whole(id) }, { enabled: !isNew })
  const before = isNew ? template : (read.data?.text ?? '')
  const [kept] = useState(() => findKept<string>(name))
  const [isBack, setBack] = useState(kept !== undefined)
  const [text, setText] = useState<string | null>(kept ?? own?.text ?? (isNew ? template : null))
  useEffect(() => {
    if (text === null && read.data) setText(read.data.text)
  }, [read.data, text])
  const write = (next: string) => {
    setText(next)
    keep(name, next === before ? undefined : next)
  }
  const settled = useLater(text, 500)
  const isChanged = text !== null && text !== before
  const checked = useQuery<CheckCatalogTextResponse, ApiError>({
    queryKey: ['CatalogService', 'checkCatalogText', part, id, settled, earlier],
    queryFn: ({ signal }) => call(CatalogService.method.checkCatalogText, { ...target, text: settled ?? '', earlier }, signal),
    enabled: settled !== null && (isNew || (read.data !== undefined && settled !== before)),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  })
  const forget = () => keep(name, undefined)
  const discard = () => {
    forget()
    setBack(false)
    setText(before)
  }
  return {
    target,
    read,
    text,
    setText: write,
    isBack,
    discard,
    forget,
    isChanged,
    isSettled: settled === text && !checked.isFetching,
    checked,
  }
}
