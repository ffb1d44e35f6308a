-- Read once, while others write.
ALTER TABLE contact_ledger VALIDATE CONSTRAINT contact_ledger_before;
