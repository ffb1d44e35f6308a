import { analysisTexts } from './analysis'
import { audienceTexts } from './audiences'
import { campaignTexts } from './campaigns'
import { codeTexts } from './codes'
import { commonTexts } from './common'
import { customerTexts } from './customers'
import { editingTexts } from './editing'
import { errorTexts } from './errors'
import { operationTexts } from './operations'
import { catalogueTexts } from './catalogue'

/** Every text of the pages, in Chinese and in English, beside each other. */
export const texts = {
  ...commonTexts,
  ...codeTexts,
  ...customerTexts,
  ...audienceTexts,
  ...campaignTexts,
  ...catalogueTexts,
  ...operationTexts,
  ...analysisTexts,
  ...editingTexts,
  ...errorTexts,
} as const satisfies Record<string, readonly [zh: string, en: string]>

export type TextKey = keyof typeof texts
