-- How each runner's form follows speed, and the session that last taught it (its start: the age).
ALTER TABLE baselines ADD COLUMN slopes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE baselines ADD COLUMN session TEXT NOT NULL DEFAULT '';
