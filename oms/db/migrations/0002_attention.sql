-- Up Migration

-- The step that is stuck, while an order asks for attention; null when it is the whole workflow.
ALTER TABLE orders ADD COLUMN attention_step text;

-- Down Migration

ALTER TABLE orders DROP COLUMN attention_step;
