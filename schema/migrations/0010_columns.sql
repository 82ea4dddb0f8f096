-- A till that says nothing of its paper (0) has the columns of its printer; 48 was what was written when nothing was said.
UPDATE till SET columns = 0 WHERE columns = 48;
