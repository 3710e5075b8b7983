"""Rows of the desk that only the program writes."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
