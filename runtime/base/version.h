/* The version of this program; CMakeLists.txt has the same number, and tests/lint compares them. */
#ifndef SP_BASE_VERSION_H
#define SP_BASE_VERSION_H

#define SP_VERSION "0.1.0"

#endif
