-- What went back of a sale, and in which way, is asked with every refund of it.
CREATE INDEX sale_line_original ON sale_line (original_id) WHERE original_id IS NOT NULL;
