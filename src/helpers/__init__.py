"""Why recorded child sexual offences rose: the code behind the notebooks."""
